package io.ringkv.testing.lab.nemesis;

import io.ringkv.rpc.ChangeRequest;
import io.ringkv.rpc.DrainServer;
import io.ringkv.rpc.MaintainServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** An operator empties a server of its leaders, or of all, and changes his mind before long. */
final class Steering implements Harm {
    private static final Duration MAINTENANCE = Duration.ofMinutes(5);

    private final Members members;
    private final String server;
    private final boolean leadersOnly;

    Steering(Members members, String server, String variant) {
        this.members = members;
        this.server = server;
        this.leadersOnly = variant.equals("leaders");
    }

    @Override
    public List<String> words() {
        return List.of(leadersOnly ? "leaders" : "shards", "off", server);
    }

    @Override
    public void inflict() throws IOException, InterruptedException {
        change(true);
    }

    @Override
    public void undo() throws IOException, InterruptedException {
        change(false);
    }

    private void change(boolean on) throws IOException, InterruptedException {
        ChangeRequest.Builder request = ChangeRequest.newBuilder();
        if (leadersOnly) {
            request.setMaintainServer(
                    MaintainServer.newBuilder().setServer(server).setMillis(on ? MAINTENANCE.toMillis() : 0));
        } else {
            request.setDrainServer(DrainServer.newBuilder().setServer(server).setOn(on));
        }
        members.change(request.build());
    }
}
