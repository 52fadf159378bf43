/** Reads and writes histories: Jepsen's EDN, and JSON lines. */
package io.ringkv.testing.lab.file;
