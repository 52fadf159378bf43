/** Commands that read and write keys. */
package io.ringkv.cli.data;
