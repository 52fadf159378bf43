/**
 * Configuration: typed settings, where their values come from, and the commented file of all defaults.
 *
 * <p>A flag wins over the environment, the environment over the file, the file over the default. An unknown key is an
 * error, because a misspelt one would silently have no effect.
 */
@NullMarked
package io.ringkv.common.config;

import org.jspecify.annotations.NullMarked;
