package io.ringkv.testing.lab.run;

/** Is told what a run is doing, for people. Called by the thread that runs it. */
public interface RunListener {
    /** Something happens now. */
    void say(String text);

    /**
     * A second of load is over.
     *
     * @param number of the second, from 1
     */
    void second(int number, LiveCounts.Second counts);
}
