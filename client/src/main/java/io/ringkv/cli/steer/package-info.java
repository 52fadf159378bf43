/** Commands that change the cluster through its shard manager, and wait for what follows. */
@NullMarked
package io.ringkv.cli.steer;

import org.jspecify.annotations.NullMarked;
