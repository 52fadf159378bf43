/**
 * The command line {@code ringkv}. Its root knows nothing of servers: further commands join through {@link
 * io.ringkv.cli.CommandProvider}. No other package may depend on this one, but for those that provide commands.
 */
package io.ringkv.cli;
