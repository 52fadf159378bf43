package io.ringkv.server.barrier;

import io.ringkv.common.error.ErrorCode;
import io.ringkv.common.id.ServerId;
import io.ringkv.rpc.ConfirmTermsReply;
import io.ringkv.rpc.ConfirmTermsRequest;
import io.ringkv.rpc.GroupTerm;
import io.ringkv.server.replica.DivisionView;
import io.ringkv.server.replica.ShardReplica;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Mistakes that a barrier might make. Each gives up one thing that the argument needs. */
final class BarrierMutants {
    private BarrierMutants() {}

    /** No barrier at all: whoever believes to lead answers. */
    static BarrierMutant askNobody() {
        return new BarrierMutant() {
            @Override
            ReadBarrier barrier(TermBarrier real) {
                return new Wrapped(real) {
                    @Override
                    public void confirm(ShardReplica replica, Waiter waiter) {
                        DivisionView view = replica.division();
                        Runnable refuse = () -> waiter.refuse(ErrorCode.NOT_LEADER, null);
                        if (view.serving()) {
                            replica.whenApplied(view.commitIndex(), waiter::serve, refuse);
                        } else {
                            refuse.run();
                        }
                    }
                };
            }
        };
    }

    /** A read that arrives while another is being confirmed is answered along with it. */
    static BarrierMutant joinTheRoundUnderWay() {
        return new BarrierMutant() {
            @Override
            ReadBarrier barrier(TermBarrier real) {
                return new Wrapped(real) {
                    private @Nullable Together underWay;

                    @Override
                    public void confirm(ShardReplica replica, Waiter waiter) {
                        if (underWay != null && !underWay.over) {
                            underWay.waiters.add(waiter);
                        } else {
                            underWay = new Together(waiter);
                            real.confirm(replica, underWay);
                        }
                    }
                };
            }
        };
    }

    private static class Wrapped implements ReadBarrier {
        private final TermBarrier real;

        private Wrapped(TermBarrier real) {
            this.real = real;
        }

        @Override
        public void confirm(ShardReplica replica, Waiter waiter) {
            real.confirm(replica, waiter);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static final class Together implements ReadBarrier.Waiter {
        private final List<ReadBarrier.Waiter> waiters = new ArrayList<>();
        private boolean over;

        private Together(ReadBarrier.Waiter first) {
            waiters.add(first);
        }

        @Override
        public void serve() {
            over = true;
            waiters.forEach(ReadBarrier.Waiter::serve);
        }

        @Override
        public void refuse(ErrorCode code, @Nullable ServerId leader) {
            over = true;
            waiters.forEach(waiter -> waiter.refuse(code, leader));
        }
    }

    /** The answer of a server to an earlier round counts for this one. */
    static BarrierMutant countAnswersOfAnEarlierRound() {
        return new BarrierMutant() {
            @Override
            PeerConfirmations peers(PeerConfirmations real) {
                Map<ServerId, ConfirmTermsReply> last = new TreeMap<>();
                return (server, request, timeoutMillis, listener) -> {
                    ConfirmTermsReply earlier = last.get(server);
                    real.ask(server, request, timeoutMillis, new PeerConfirmations.Listener() {
                        @Override
                        public void answered(ConfirmTermsReply reply) {
                            last.put(server, reply);
                            if (earlier == null) {
                                listener.answered(reply);
                            }
                        }

                        @Override
                        public void failed() {
                            if (earlier == null) {
                                listener.failed();
                            }
                        }
                    });
                    if (earlier != null) {
                        listener.answered(
                                earlier.toBuilder().setRound(request.getRound()).build());
                    }
                };
            }
        };
    }

    private static BarrierMutant answering(LongBinaryOperator termByAskedAndTrue) {
        return new BarrierMutant() {
            @Override
            ConfirmTermsReply answer(ConfirmTermsRequest request, ConfirmTermsReply real, ModelRaft raft) {
                ConfirmTermsReply.Builder changed = real.toBuilder();
                for (int i = 0; i < real.getTermsCount(); i++) {
                    GroupTerm asked = request.getGroups(i);
                    changed.setTerms(i, termByAskedAndTrue.applyAsLong(asked.getTerm(), real.getTerms(i)));
                }
                return changed.build();
            }
        };
    }

    /** To be reached is enough: terms do not matter. */
    static BarrierMutant takeAnyAnswerForYes() {
        return answering((asked, real) -> asked);
    }

    /** A server whose division does not run says yes. */
    static BarrierMutant takeStartingForYes() {
        return answering((asked, real) -> real == 0 ? asked : real);
    }

    /** A replica that differs from the real one in what the subclass overrides. */
    private static class SeenReplica extends BarrierOnlyReplica {
        private final ShardReplica real;

        private SeenReplica(ShardReplica real) {
            super(real.shard().value());
            this.real = real;
        }

        @Override
        public DivisionView division() {
            return real.division();
        }

        @Override
        public long termIfRunning() {
            return real.termIfRunning();
        }

        @Override
        public void stepDown(String reason) {
            real.stepDown(reason);
        }

        @Override
        public void whenApplied(long index, Runnable action, Runnable closed) {
            real.whenApplied(index, action, closed);
        }
    }

    private static BarrierMutant seeing(UnaryOperator<DivisionView> change) {
        return new BarrierMutant() {
            @Override
            ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
                return new SeenReplica(real) {
                    @Override
                    public DivisionView division() {
                        return change.apply(real.division());
                    }
                };
            }
        };
    }

    /** The state as it is, but for these parts. */
    private static DivisionView with(
            DivisionView view, boolean ready, long commitIndex, Set<ServerId> voters, Set<ServerId> previous) {
        return new DivisionView(
                view.running(),
                view.lifeCycle(),
                view.term(),
                view.leader(),
                ready,
                view.settled(),
                commitIndex,
                voters,
                previous,
                view.leaderHint());
    }

    /** A leader need not have applied the first entry of its term. */
    static BarrierMutant doNotWaitUntilReady() {
        return seeing(view -> with(view, view.leader(), view.commitIndex(), view.voters(), view.previousVoters()));
    }

    /** While voters change, a majority of the new ones is enough. */
    static BarrierMutant askTheCurrentSetOnly() {
        return seeing(view -> with(view, view.ready(), view.commitIndex(), view.voters(), Set.of()));
    }

    private static BarrierMutant counting(BiFunction<Set<ServerId>, ServerId, Set<ServerId>> voters) {
        return new BarrierMutant() {
            @Override
            ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
                return new SeenReplica(real) {
                    @Override
                    public DivisionView division() {
                        DivisionView view = real.division();
                        Set<ServerId> current = voters.apply(view.voters(), raft.id());
                        Set<ServerId> previous = voters.apply(view.previousVoters(), raft.id());
                        return with(view, view.ready(), view.commitIndex(), current, previous);
                    }
                };
            }
        };
    }

    /** The leader counts itself also where it does not vote, in place of a voter. */
    static BarrierMutant alwaysCountItself() {
        return counting((voters, self) -> {
            Set<ServerId> counted = new TreeSet<>(voters);
            if (!voters.isEmpty() && counted.add(self)) {
                voters.stream().max(ServerId::compareTo).ifPresent(counted::remove);
            }
            return counted;
        });
    }

    /** Two voters are overlooked. (One would do no harm: of four voters, two are enough to know that the others elected none.) */
    static BarrierMutant overlookTwoVoters() {
        return counting((voters, self) -> {
            Set<ServerId> counted = new TreeSet<>(voters);
            voters.stream()
                    .filter(voter -> !voter.equals(self))
                    .sorted(Comparator.reverseOrder())
                    .limit(2)
                    .forEach(counted::remove);
            return counted;
        });
    }

    /** The store is read at once, though less may be applied than is committed. */
    static BarrierMutant doNotWaitForTheStore() {
        return new BarrierMutant() {
            @Override
            ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
                return new SeenReplica(real) {
                    @Override
                    public void whenApplied(long index, Runnable action, Runnable closed) {
                        action.run();
                    }
                };
            }
        };
    }

    /** The commit index is the one of an earlier look, from before the read arrived. */
    static BarrierMutant rememberTheCommitIndex() {
        return new BarrierMutant() {
            @Override
            ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
                return new SeenReplica(real) {
                    private long earlier;

                    @Override
                    public DivisionView division() {
                        DivisionView view = real.division();
                        long seen = earlier;
                        earlier = view.commitIndex();
                        return with(view, view.ready(), seen, view.voters(), view.previousVoters());
                    }
                };
            }
        };
    }

    /** The leader looked at its own term and role before the read arrived, and never again. */
    static BarrierMutant lookAtItselfTooEarly() {
        return new BarrierMutant() {
            @Override
            ShardReplica replica(BarrierOnlyReplica real, ModelRaft raft) {
                return new SeenReplica(real) {
                    /** How many looks ago the view is from that is shown. */
                    private static final int LOOKS = 8;

                    private final Deque<DivisionView> looks = new ArrayDeque<>();

                    @Override
                    public DivisionView division() {
                        DivisionView now = real.division();
                        looks.add(now);
                        DivisionView shown = looks.size() > LOOKS ? looks.remove() : looks.element();
                        return new DivisionView(
                                shown.running(),
                                shown.lifeCycle(),
                                shown.term(),
                                shown.leader(),
                                shown.ready(),
                                shown.settled(),
                                now.commitIndex(),
                                now.voters(),
                                now.previousVoters(),
                                shown.leaderHint());
                    }
                };
            }
        };
    }
}
