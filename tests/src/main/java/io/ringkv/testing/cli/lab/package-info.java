/** The commands of the fault lab. */
package io.ringkv.testing.cli.lab;
