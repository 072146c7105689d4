//! What stands under the help of each command: what to type, and what happens next.

pub(super) const MAIN: &str = "\
Begin with:
  unpromo run --sandbox --dry-run                   try it on a built-in sample, nothing real is touched
  unpromo shop add myshop --from-curl request.txt   give it your shop's login
  unpromo run week.xlsx --dry-run                   see what would be withdrawn
  unpromo run week.xlsx                             withdraw it, after you type yes

Exit codes:
  0    all done
  1    internal: this machine or this program failed
  2    wrong usage or a bad sheet; nothing was sent
  3    a login is missing, refused or expired; `unpromo resume` goes on
  4    done, but some rows were rejected, failed, or are in doubt
  5    the platform is out of reach; `unpromo resume` goes on
  130  stopped by Ctrl-C, a closed terminal, a logout or SIGTERM; `unpromo resume` goes on";

pub(super) const RUN: &str = "\
Examples:
  unpromo run week.xlsx --dry-run               look only; the result is week.result.xlsx
  unpromo run week.result.xlsx                  exactly the rows you left in that result
  unpromo run week.xlsx --rate 30/m --verify    slowly, and look again afterwards
  unpromo run week.csv --yes -o done.csv        nobody there to ask
  unpromo run --sandbox                         a built-in sample against the built-in sandbox

What happens next: open the result. Rows that are rejected, failed or in doubt say why; hand the result in again and only what is unfinished is done.";

pub(super) const CHECK: &str = "\
Examples:
  unpromo check week.xlsx
  unpromo check week.xlsx --sheet-name 巴西站

What happens next: mend the cells it names, then `unpromo run week.xlsx --dry-run`.";

pub(super) const RESUME: &str = "\
Examples:
  unpromo resume                        the latest unfinished job
  unpromo resume 12 -o done.xlsx        job 12, result to done.xlsx
  unpromo resume 12 --resend-in-doubt   send again what is in doubt (may be taken twice)";

pub(super) const JOBS: &str = "\
Examples:
  unpromo jobs                           all jobs, the latest first
  unpromo jobs show 12                   one job in full
  unpromo jobs export 12 -o again.xlsx   its result once more";

pub(super) const SHOP: &str = "\
Examples:
  unpromo shop                                        all shops, without secrets
  unpromo shop add myshop --from-curl request.txt     add one, or renew its login
  unpromo shop check myshop                           does the login still hold?";

pub(super) const SHOP_ADD: &str = "\
Examples:
  unpromo shop add myshop --from-curl lookup.txt --from-curl submit.txt
  unpromo shop add myshop --from-har seller.har
  unpromo shop add myshop --from-curl - < lookup.txt
  unpromo shop add mytaobao --platform taobao --app-key 12345678 --app-secret-file s.txt --session-file t.txt
  unpromo shop add mywechat --platform wechat-pay --mchid 1900000001 --serial-no 5157F09EFDC096DE15EBE81A47057A72
      --private-key apiclient_key.pem --public-key-id PUB_KEY_ID_0119000000012025 --public-key pub_key.pem

What happens next: `unpromo shop check myshop` asks the platform whether the login holds (one at Temu lives about a day). Then delete the files: they hold your login.";

pub(super) const PICK: &str = "\
Examples:
  unpromo pick 4975750079 --sandbox         the sandbox's own product
  unpromo pick 4975750079 --shop myshop

It needs a terminal: space ticks, enter goes on, Ctrl-C leaves with nothing sent.";

pub(super) const TEMPLATE: &str = "\
Examples:
  unpromo template -o week.xlsx                    blank, for your own products
  unpromo template --sample -o sample.xlsx         filled in, for the sandbox
  unpromo template wechat-coupon -o coupons.xlsx   blank, for another operation

What happens next: fill it in, then `unpromo check week.xlsx`.";

pub(super) const SANDBOX: &str = "\
Examples:
  unpromo sandbox
  unpromo sandbox --port 9000 --ledger ledger.jsonl
  unpromo sandbox --fault submission:throttle429:first=3,retry_after=2";

pub(super) const COMPLETIONS: &str = "\
Examples:
  unpromo completions bash > ~/.local/share/bash-completion/completions/unpromo
  unpromo completions zsh > ~/.zfunc/_unpromo
  unpromo completions fish > ~/.config/fish/completions/unpromo.fish
  unpromo completions powershell >> $PROFILE";

pub(super) const MAN: &str = "\
Examples:
  unpromo man | man -l -
  unpromo man --dir ~/.local/share/man/man1";
