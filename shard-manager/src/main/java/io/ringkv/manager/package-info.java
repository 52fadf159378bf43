/** The shard manager: who owns which part of the ring, and what to do when that must change. */
package io.ringkv.manager;
