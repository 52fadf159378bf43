/** What is done to a cluster of processes while it works, by a schedule that a seed decides. */
package io.ringkv.testing.lab.nemesis;
