/**
 * The Raft adapter that KV servers and managers share: the only place, besides their own {@code raft} packages, that
 * knows Ratis. It turns Ratis 3.3.0 into what the rest relies on: explicit settings, divisions that can be opened one by
 * one, proposals whose failure says whether the entry may be in a log, and a state machine that never throws into Ratis.
 *
 * <p>"Ratis: X" in a comment names the class of the 3.3.0 sources on which a rule rests.
 */
@NullMarked
package io.ringkv.raft;

import org.jspecify.annotations.NullMarked;
