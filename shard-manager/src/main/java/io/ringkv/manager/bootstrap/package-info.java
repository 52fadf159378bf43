/** How a cluster and its manager group come into being, once. */
@NullMarked
package io.ringkv.manager.bootstrap;

import org.jspecify.annotations.NullMarked;
