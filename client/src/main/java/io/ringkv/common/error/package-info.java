/**
 * Errors as decisions of the caller: codes with stable numbers, their families, and the exception that carries them.
 *
 * <p>The table of all codes is in {@code docs/errors.md}; a test keeps it equal to {@link
 * io.ringkv.common.error.ErrorCode}.
 */
@NullMarked
package io.ringkv.common.error;

import org.jspecify.annotations.NullMarked;
