/** The store on MapDB: the only place that knows it. Its files are caches, never the truth. */
@NullMarked
package io.ringkv.server.storage.mapdb;

import org.jspecify.annotations.NullMarked;
