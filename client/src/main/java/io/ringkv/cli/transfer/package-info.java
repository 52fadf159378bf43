/** Moving whole data sets in and out: JSON lines and tab-separated values, with digests that can be compared. */
package io.ringkv.cli.transfer;
