/** What clients do in a run: streams of operations whose answers can be judged. */
package io.ringkv.testing.lab.workload;
