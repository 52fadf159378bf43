/** How full the disk of the data directory is, and what follows from it. */
@NullMarked
package io.ringkv.server.disk;

import org.jspecify.annotations.NullMarked;
