package io.ringkv.process;

/**
 * How one kind of process writes down who it is. Stateless.
 *
 * @param <I> the identity
 */
public interface IdentityFormat<I> {

    /** The kind in one word, which tells its directories from those of other kinds: {@code server}, {@code manager}. */
    String kind();

    /** An identity, in lines. */
    IdentityLines write(I identity);

    /**
     * The identity that was written as these lines.
     *
     * @throws IllegalArgumentException saying what is wrong with them
     */
    I read(IdentityLines lines);
}
