//! Commands in Chinese.

use super::CommandWords;

/// Every command by its path; the first is the program itself.
pub(super) const COMMANDS: &[CommandWords] = &[
    CommandWords {
        path: "",
        about: "按表格批量把商品从营销活动中撤出",
        long: "表格的每一行是一条指令:商品、活动名称、理由。unpromo 分两步做。第一步查询每个商品并列出计划,\
               不提交任何内容,--dry-run 到此为止。第二步在您输入“是”之后,按对平台礼貌的速度逐条提交。\
               提交不能撤销:请先看一遍试运行的结果。",
        after: "\
从这里开始:
  unpromo run --sandbox --dry-run                   用内置样表试一试，不碰任何真实数据
  unpromo shop add 我的店 --from-curl request.txt   添加店铺的登录信息
  unpromo run week.xlsx --dry-run                   看看会撤回什么
  unpromo run week.xlsx                             输入“是”之后正式提交

退出码:
  0    全部完成
  1    内部错误:本机或本程序出了问题
  2    命令或表格有误,什么也没有提交
  3    登录信息缺少、被拒绝或已失效;用 unpromo resume 接着做
  4    已做完,但有的行被拒绝、失败或结果不明
  5    连不上平台;用 unpromo resume 接着做
  130  被停下（Ctrl-C、关闭终端、注销、SIGTERM）；用 unpromo resume 接着做",
    },
    CommandWords {
        path: "run",
        about: "执行一张表格:查询、列出、询问、提交、写出结果",
        long: "先把整张表格读完并检查,有错的单元格会连同位置一起列出。然后查询每个商品,按活动名称匹配报名。\
               写了 --dry-run 就到此为止,结果里列着会撤回的报名;这份结果本身就是一张表格:删掉不要的行,再运行它。\
               不写 --dry-run 时会请您输入“是”,然后按限速逐条提交。\n\n\
               按一次 Ctrl-C 会稳妥地停下：不再提交新的，等已发出的请求得到答复，写出已有的结果，之后用 unpromo resume 接着做。\
               关闭终端、注销、SIGTERM 也一样。再按一次 Ctrl-C 立即停止。",
        after: "\
例子:
  unpromo run week.xlsx --dry-run               只看不提交;结果是 week.result.xlsx
  unpromo run week.result.xlsx                  只做您在那份结果里留下的行
  unpromo run week.xlsx --rate 30/m --verify    慢一些,提交之后再查一次
  unpromo run week.csv --yes -o done.csv        没有人在场回答时
  unpromo run --sandbox                         在内置沙盒上运行内置样表

接下来: 打开结果。被拒绝、失败、结果不明的行都写着原因;
把结果再交给 unpromo 运行,只会做没做完的。",
    },
    CommandWords {
        path: "check",
        about: "读取并检查一张表格,不发任何请求",
        long: "列出每一个有错的单元格:位置、写的是什么、应该是什么。不需要店铺。",
        after: "\
例子:
  unpromo check week.xlsx
  unpromo check week.xlsx --sheet-name 巴西站

接下来: 改好它指出的单元格,再运行 unpromo run week.xlsx --dry-run。",
    },
    CommandWords {
        path: "resume",
        about: "接着做停下来的任务",
        long: "不写任务号就是最近一个没做完的任务,从停下的地方接着做。提交过的不会再提交;结果不明的会再查一次。\
               只有任务从未确认过时才会再问您。",
        after: "\
例子:
  unpromo resume                        最近一个没做完的任务
  unpromo resume 12 -o done.xlsx        任务 12,结果写到 done.xlsx
  unpromo resume 12 --resend-in-doubt   结果不明的也再提交(平台可能收到两次)",
    },
    CommandWords {
        path: "jobs",
        about: "列出、查看、导出做过的任务",
        long: "",
        after: "\
例子:
  unpromo jobs                           全部任务,最近的在前
  unpromo jobs show 12                   一个任务的详情
  unpromo jobs export 12 -o again.xlsx   再写一份它的结果",
    },
    CommandWords { path: "jobs list", about: "列出任务,最近的在前", long: "", after: "" },
    CommandWords {
        path: "jobs show", about: "查看一个任务:表格、店铺、各状态的数量、还没做完的", long: "", after: ""
    },
    CommandWords { path: "jobs export", about: "再写一份任务的结果", long: "", after: "" },
    CommandWords {
        path: "shop",
        about: "添加、列出、检查、删除店铺",
        long: "一个店铺就是一个平台上的一个账号。它的登录信息保存在 shops.toml 里,只有您自己能读,\
               绝不会显示出来,也不会写进日志。",
        after: "\
例子:
  unpromo shop                                      全部店铺,不显示登录信息
  unpromo shop add 我的店 --from-curl request.txt   添加店铺,或更新它的登录信息
  unpromo shop check 我的店                         登录还有效吗?",
    },
    CommandWords {
        path: "shop list",
        about: "列出店铺:名称、账号、主机、登录信息的新旧;不显示登录信息",
        long: "",
        after: "",
    },
    CommandWords {
        path: "shop check", about: "问平台店铺的登录是否有效;不改动任何东西", long: "", after: ""
    },
    CommandWords {
        path: "shop remove", about: "删除店铺的登录信息;提交过什么仍留在记录里", long: "", after: ""
    },
    CommandWords {
        path: "shop add",
        about: "添加店铺,或更新它的登录信息",
        long: "Temu:在卖家中心打开退出活动的页面,按 F12,选“网络”(Network),查询一个商品并提交一次退出。\
               在 queryValidActivity4FeedBackOffline 和 submitFeedback 这两个请求上分别点右键,选“复制”、\
               “复制为 cURL”(bash、cmd、PowerShell 都可以),各存成一个文本文件。只有其中一个也可以。\n\n\
               淘宝:应用的 app_key 和密钥,以及店铺授权给应用的 session。密钥从文件、环境变量或不显示的输入得到,绝不写在命令行里。\n\n\
               微信支付:商户号、API 证书的序列号和私钥,以及用来验证答复的微信支付公钥(或平台证书)。",
        after: "\
例子:
  unpromo shop add 我的店 --from-curl lookup.txt --from-curl submit.txt
  unpromo shop add 我的店 --from-har seller.har
  unpromo shop add 我的店 --from-curl - < lookup.txt
  unpromo shop add 淘宝店 --platform taobao --app-key 12345678 --app-secret-file s.txt --session-file t.txt
  unpromo shop add 微信商户 --platform wechat-pay --mchid 1900000001 --serial-no 5157F09EFDC096DE15EBE81A47057A72
      --private-key apiclient_key.pem --public-key-id PUB_KEY_ID_0119000000012025 --public-key pub_key.pem

接下来: unpromo shop check 我的店 会问平台登录是否有效(Temu 的一次登录大约管一天)。
然后删掉用过的文件:里面有您的登录信息。",
    },
    CommandWords {
        path: "pick",
        about: "手工操作:查一个商品,勾选报名,写理由,提交",
        long: "",
        after: "\
例子:
  unpromo pick 4975750079 --sandbox        沙盒自带的商品
  unpromo pick 4975750079 --shop 我的店

需要在终端里运行:空格勾选,回车继续,Ctrl-C 离开且什么也不提交。",
    },
    CommandWords {
        path: "template",
        about: "生成一张空白表格或样表，带表头、说明（内有例子）和下拉选项",
        long: "",
        after: "\
例子:
  unpromo template -o week.xlsx                    空白表格，填给自己的店铺用
  unpromo template --sample -o sample.xlsx         样表，供沙盒试用
  unpromo template wechat-coupon -o coupons.xlsx   另一个操作的空白表格

接下来: 填好之后运行 unpromo check week.xlsx。",
    },
    CommandWords {
        path: "sandbox",
        about: "在本机上模拟平台,用来试用",
        long: "平台该做的事都在本机(127.0.0.1)上发生,外面什么也不会改变。按 Ctrl-C 停止。\
               unpromo run --sandbox 会自己启动一个，不需要账号。",
        after: "\
例子:
  unpromo sandbox
  unpromo sandbox --port 9000 --ledger ledger.jsonl
  unpromo sandbox --fault submission:throttle429:first=3,retry_after=2",
    },
    CommandWords {
        path: "completions",
        about: "输出 shell 的补全脚本",
        long: "",
        after: "\
例子:
  unpromo completions bash > ~/.local/share/bash-completion/completions/unpromo
  unpromo completions zsh > ~/.zfunc/_unpromo
  unpromo completions fish > ~/.config/fish/completions/unpromo.fish
  unpromo completions powershell >> $PROFILE",
    },
    CommandWords {
        path: "man",
        about: "输出手册",
        long: "",
        after: "\
例子:
  unpromo man | man -l -
  unpromo man --dir ~/.local/share/man/man1",
    },
    CommandWords { path: "help", about: "显示帮助,或某个命令的帮助", long: "", after: "" },
];
