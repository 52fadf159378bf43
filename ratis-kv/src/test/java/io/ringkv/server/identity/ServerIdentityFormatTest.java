package io.ringkv.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringkv.common.id.ClusterId;
import io.ringkv.common.id.ServerId;
import io.ringkv.process.IdentityLines;
import io.ringkv.process.ProcessAddresses;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ServerIdentityFormatTest {
    private static final ServerIdentity FRESH = ServerIdentity.fresh(new ServerId(0x1234));
    private static final ServerIdentity JOINED =
            FRESH.joined(new ClusterId(new UUID(1, 2)), "s1", new ProcessAddresses("h:1", "h:2", "h:3"));

    private final ServerIdentityFormat format = new ServerIdentityFormat();

    @Test
    void readsWhatItWrote() {
        assertThat(format.read(format.write(FRESH))).isEqualTo(FRESH);
        assertThat(format.read(format.write(JOINED))).isEqualTo(JOINED);
    }

    @Test
    void refusesWhatIsIncomplete() {
        assertThatThrownBy(() -> format.read(IdentityLines.NONE)).hasMessageContaining("\"server\"");
        assertThatThrownBy(() -> format.read(format.write(FRESH).with("cluster", new UUID(1, 2).toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"label\"");
    }
}
