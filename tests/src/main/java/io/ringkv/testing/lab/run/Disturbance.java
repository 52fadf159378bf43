package io.ringkv.testing.lab.run;

/** What is done to the cluster while a run goes on. */
public interface Disturbance {
    /** Begins; returns at once. What is done is added to the record. */
    void start(Recorder recorder);

    /** Ends, and undoes what was done; returns when the cluster should be able to work again. */
    void heal();

    /** Nothing. */
    static Disturbance none() {
        return new Disturbance() {
            @Override
            public void start(Recorder recorder) {}

            @Override
            public void heal() {}
        };
    }
}
