/** Damaged and hostile input for everything that reads files or what people type. */
@NullMarked
package io.ringkv.testing.fuzz;

import org.jspecify.annotations.NullMarked;
