/** What servers and managers share as processes: a data directory with an identity in it, ports, doors, start and stop. */
@NullMarked
package io.ringkv.process;

import org.jspecify.annotations.NullMarked;
