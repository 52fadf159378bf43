/** Commands that the test kit adds to the command line. */
package io.ringkv.testing.cli;
