package io.ringkv.testing.lab.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Several workloads at the same time: every caller takes part in all. */
public final class MixedWorkload implements Workload {
    private final List<Workload> parts;
    private final List<Integer> shares;

    /**
     * @param parts what is done
     * @param shares how often, beside the others
     */
    public MixedWorkload(List<Workload> parts, List<Integer> shares) {
        this.parts = List.copyOf(parts);
        this.shares = List.copyOf(shares);
        if (parts.size() != shares.size() || parts.isEmpty()) {
            throw new IllegalArgumentException(parts.size() + " workloads, " + shares.size() + " shares");
        }
    }

    @Override
    public List<Call> firstCalls() {
        return parts.stream().flatMap(part -> part.firstCalls().stream()).toList();
    }

    @Override
    public Operator operator(int number, SplittableRandom random) {
        List<Operator> operators = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Operator operator = parts.get(i).operator(number, random.split());
            for (int share = 0; share < shares.get(i); share++) {
                operators.add(operator);
            }
        }
        return () -> operators.get(random.nextInt(operators.size())).next();
    }

    @Override
    public List<Call> lastCalls() {
        return parts.stream().flatMap(part -> part.lastCalls().stream()).toList();
    }
}
