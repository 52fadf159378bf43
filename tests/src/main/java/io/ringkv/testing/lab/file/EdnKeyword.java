package io.ringkv.testing.lab.file;

/**
 * A keyword of EDN.
 *
 * @param name without the colon
 */
record EdnKeyword(String name) {
    @Override
    public String toString() {
        return name;
    }
}
