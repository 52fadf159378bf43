/**
 * Members of the manager group and those that stand by, at work: what the leader does about changes of members, and what all
 * others do to stay known. The rules are in {@code roster}.
 */
@NullMarked
package io.ringkv.manager.member;

import org.jspecify.annotations.NullMarked;
