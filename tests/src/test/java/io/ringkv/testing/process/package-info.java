/** Clusters of separate processes: what a kill, a pause and a signal do to them and to their clients. */
package io.ringkv.testing.process;
