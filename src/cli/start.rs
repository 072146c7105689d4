//! The page that `unpromo` alone shows.

use crate::text::Lang;

const EN: &str = "\
*unpromo* withdraws products from marketing activities in bulk, driven by a spreadsheet.
One row is one instruction: product, activity name, reason. It looks first, shows what
it found, asks, and only then submits. Nothing is sent twice.

*Begin here*
  unpromo run --sandbox --dry-run
      try it on the built-in sample sheet; no account needed, nothing real is touched
  unpromo shop add myshop --from-curl request.txt
      give it your shop's login: a request copied in the browser
  unpromo run week.xlsx --dry-run
      see what your own sheet would withdraw; without --dry-run it is done

All commands: unpromo --help    One command: unpromo run --help    中文: unpromo --lang zh
";

const ZH: &str = "\
*unpromo* 按表格批量把商品从营销活动中撤出(退出报名)。
表格一行就是一条指令:商品、活动名称、理由。先查询,列出查到的报名,问过您之后才提交。
同一个报名绝不会提交两次。

*从这三条命令开始*
  unpromo run --sandbox --dry-run
      用内置样表试一试：不需要账号,不碰任何真实数据
  unpromo shop add 我的店 --from-curl request.txt
      添加店铺的登录信息:从浏览器复制出来的请求
  unpromo run week.xlsx --dry-run
      看看您自己的表格会撤回哪些报名;去掉 --dry-run 就是正式提交

全部命令: unpromo --help    某个命令: unpromo run --help    English: unpromo --lang en
";

/// The page, with or without colours.
pub(super) fn page(lang: Lang, colors: bool) -> String {
    let page = lang.pick(ZH, EN);
    if !colors {
        return page.replace('*', "");
    }
    // Every other part stands between two stars.
    let bold = |(at, part): (usize, &str)| if at % 2 == 1 { format!("\x1b[1m{part}\x1b[0m") } else { part.to_owned() };
    page.split('*').enumerate().map(bold).collect()
}
