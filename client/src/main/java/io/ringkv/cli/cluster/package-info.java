/** Commands that make or change a cluster. */
@NullMarked
package io.ringkv.cli.cluster;

import org.jspecify.annotations.NullMarked;
