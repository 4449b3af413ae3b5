package com.kruxos.firstboot;

import com.kruxos.JsonLines;
import com.kruxos.Options;
import com.kruxos.Preparation;
import com.kruxos.Serving;
import com.kruxos.Trouble;
import java.time.InstantSource;
import java.util.Set;

/** {@code kruxos setup}: prepares a home and ends, for those who start the service themselves. */
public final class Setup {
    private Setup() {}

    public static void main(String[] arguments) {
        JsonLines.install();
        System.exit(run(arguments));
    }

    static int run(String[] arguments) {
        try {
            var options = Options.parse(arguments, Set.of("--home"), Set.of("--quiet"));
            var home = Serving.home(options.value("--home"));
            var fresh = !home.isPrepared();
            Preparation.prepare(home, Serving.keys(home), InstantSource.system());
            System.out.println(home.folder() + (fresh ? " is prepared" : " was prepared before: nothing is changed"));
            return 0;
        } catch (Options.Usage e) {
            Trouble.of(e).print();
            return 2;
        } catch (RuntimeException | Error e) {
            Trouble.of(e).print();
            return 1;
        }
    }
}
