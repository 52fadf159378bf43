/** Whole clusters in one JVM. */
package io.ringkv.testing.cluster;
