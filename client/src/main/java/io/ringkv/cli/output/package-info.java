/** How commands print: tables for people, JSON for programs, raw bytes for pipes. */
package io.ringkv.cli.output;
