/** The adapter to Apache Ratis that both servers share. Ratis is optional to this module: clients run without it. */
package io.ringkv.raft;
