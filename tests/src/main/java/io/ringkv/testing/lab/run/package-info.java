/** Runs a workload against a cluster, records it, and counts. */
package io.ringkv.testing.lab.run;
