package io.ringkv.manager.placement;

import io.ringkv.manager.operation.OperationKind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * Evens out how many shards servers lead, within the voters each shard has. Where from and where to is the business of
 * {@link ChainSearch}; of the shards that could be passed on, the first is.
 *
 * <p>Used once, by one thread.
 */
final class LeaderBalancer implements ChainSearch.Passing {

    private final Layout layout;
    private final ServersByCount leaders = new ServersByCount();

    /** Per server, shards that it leads and that may be led by another. */
    private final List<SortedSet<Integer>> passable = new ArrayList<>();

    private LeaderBalancer(Layout layout) {
        this.layout = layout;
        for (int server = 0; server < layout.servers(); server++) {
            passable.add(new TreeSet<>());
            if (Successors.mayLead(layout, server)) {
                leaders.add(server, layout.led(server));
            }
        }
        for (int shard = 0; shard < layout.shards(); shard++) {
            int leader = layout.leader(shard);
            if (leader != Layout.NONE && layout.isMovable(shard)) {
                passable.get(leader).add(shard);
            }
        }
    }

    /** Transfers that can be carried out in any order and any of them alone; the layout shows them as done. */
    static List<Proposal> propose(Layout layout) {
        LeaderBalancer balancer = new LeaderBalancer(layout);
        ChainSearch search = new ChainSearch(balancer, layout.servers());
        List<Proposal> proposals = new ArrayList<>();
        for (ChainSearch.Hop hop = search.next(); hop != null; hop = search.next()) {
            proposals.add(balancer.transfer(hop));
        }
        return proposals;
    }

    @Override
    public int count(int server) {
        return layout.led(server);
    }

    @Override
    public ServersByCount byCount() {
        return leaders;
    }

    @Override
    public void targets(int source, BitSet unseen, IntConsumer target) {
        BitSet named = new BitSet();
        for (int shard : passable.get(source)) {
            for (int voter : layout.voters(shard)) {
                if (unseen.get(voter) && !named.get(voter) && Successors.mayLead(layout, voter)) {
                    named.set(voter);
                    target.accept(voter);
                }
            }
        }
    }

    private Proposal transfer(ChainSearch.Hop hop) {
        int source = hop.source();
        int target = hop.target();
        int shard = passable.get(source).stream()
                .filter(candidate -> layout.holds(target, candidate))
                .findFirst()
                .orElseThrow();
        int sourceLeads = layout.led(source);
        int targetLeads = layout.led(target);
        passable.get(source).remove(shard);
        layout.transfer(shard, target);
        leaders.change(source, sourceLeads, sourceLeads - 1);
        leaders.change(target, targetLeads, targetLeads + 1);
        return new Proposal(
                layout.shard(shard).shard(),
                new ShardOperation(
                        OperationKind.TRANSFER_LEADER,
                        null,
                        layout.server(target).server()),
                PlacementRule.EVEN_LEADERS,
                reason(hop, sourceLeads, targetLeads),
                "leaders on " + layout.label(source) + " " + sourceLeads + " to " + (sourceLeads - 1) + ", on "
                        + layout.label(target) + " " + targetLeads + " to " + (targetLeads + 1));
    }

    private String reason(ChainSearch.Hop hop, int sourceLeads, int targetLeads) {
        String source = layout.label(hop.source());
        String target = layout.label(hop.target());
        if (hop.origin() == hop.source()) {
            return "Server " + source + " leads " + sourceLeads + " shards, " + target + " only " + targetLeads + ".";
        }
        return "Server " + source + " passes a shard on to " + target + ", so that it can take one from "
                + layout.label(hop.origin()) + ".";
    }
}
