/** Closed-loop load against a running cluster, with latency percentiles and the servers' CPU time. */
package io.ringkv.testing.cli.bench;
