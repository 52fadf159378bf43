/** Pictures of the ring, for terminals and as SVG. Pure: data in, text out. */
package io.ringkv.cli.ring;
