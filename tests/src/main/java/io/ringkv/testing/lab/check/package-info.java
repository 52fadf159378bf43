/** Finds out from a history whether the store kept its promises. Pure. */
package io.ringkv.testing.lab.check;
