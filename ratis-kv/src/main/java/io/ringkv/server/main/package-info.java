/** Wires a KV server together and runs it: from settings to a process that serves, and back. */
package io.ringkv.server.main;
