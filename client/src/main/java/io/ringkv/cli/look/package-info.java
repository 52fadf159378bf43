/** Commands that show the cluster. */
package io.ringkv.cli.look;
