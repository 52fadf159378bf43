/** The ring looks after itself: real servers and managers, broken in the middle of what the managers do. */
package io.ringkv.testing.ring;
