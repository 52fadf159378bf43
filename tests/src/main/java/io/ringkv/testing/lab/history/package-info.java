/** What clients did and saw, as values: operations on one clock, with their faults. Pure. */
package io.ringkv.testing.lab.history;
