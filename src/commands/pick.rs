//! `unpromo pick`: by hand. Look one product up, tick, give a reason, confirm, submit.

use std::io::IsTerminal;

use console::Term;
use dialoguer::{Input, MultiSelect};

use super::drive::Drive;
use super::lock::{AccountLocks, Accounts, JobLock, POLL};
use super::run::{job_info, options_json};
use super::shops::{Shops, Source};
use super::{Context, open_journal, operation_of, options};
use crate::cli;
use crate::error::{Error, Result};
use crate::home::Home;
use crate::journal::{NewJob, NewRow};
use crate::model::{FactColumn, Item, Role, Row, Target, index_of};
use crate::plain::plain;
use crate::platform::Operation;
use crate::screen::{Column, Table, truncate};
use crate::signal::EndAtSignal;
use crate::text;
use crate::text::Text;

/// The operation whose products are picked by hand.
const OPERATION: &str = "temu-activity";

pub(super) fn pick(context: &Context, args: &cli::Pick) -> Result<u8> {
    let early = EndAtSignal::watch().ok();
    at_a_terminal()?;
    let operation = operation_of(OPERATION)?;
    let id = spu(&args.item)?;
    let home = Home::find()?;
    let journal = open_journal(&home)?;
    let source = Source::open(&home, args.sandbox)?;
    let mut shops = Shops::new(&source, operation, args.shop.as_deref());
    let lane = shops.lane("")?;
    let options = options(operation, args.pacing, args.network);
    let accounts = Accounts::of(&home, &shops.lanes, args.sandbox)?;
    let account_locks = take_account(context, &accounts, args.pacing.no_wait)?;
    std::thread::sleep(account_locks.pause(options.rate));
    let (_, shop) = &shops.lanes[lane as usize];
    let item = Item { cells: vec![(operation.columns()[0].key.to_owned(), id.clone())] };
    let finder = operation.finder(shop, options.limits())?;
    let runtime = super::runtime()?;
    let listed = runtime.block_on(finder.find(&item)).map_err(|failure| super::shops::refusal(&id, &failure))?;
    if listed.is_empty() {
        context.screen().say(&text!("商品 {id} 没有可退的报名", "product {id} has nothing that can be withdrawn"));
        return Ok(0);
    }
    show(context, operation, &listed);
    let Some(chosen) = tick(context, &listed)? else { return Ok(declined(context)) };
    let Some(reason) = reason(context)? else { return Ok(declined(context)) };

    let job = journal.create_job(NewJob {
        operation: operation.name().to_owned(),
        sheet: format!("pick {id}"),
        dry_run: false,
        sandbox: args.sandbox,
        options: options_json(&options),
        extra: Vec::new(),
        result: String::new(),
    })?;
    let lock = JobLock::take(&home, job, None)?;
    let rows = (1..).zip(chosen).map(|(number, target)| NewRow {
        row: row(operation, number, &id, target, &reason),
        lane: Some(lane),
        item: Some(item.clone()),
        outcome: None,
    });
    journal.add_rows(job, rows.collect())?;
    let lanes = shops.lanes.iter().map(|(lane, _)| lane.clone()).collect();
    journal.rows_are_read(job, String::new(), lanes, String::new())?;
    let drive = Drive {
        context,
        job: job_info(&journal, job)?,
        journal: &journal,
        operation,
        options,
        shops: shops.lanes,
        yes: false,
        resend_in_doubt: false,
        resumed: false,
        notes: Vec::new(),
        reservation: None,
        lock,
        accounts,
        account_locks: Some(account_locks),
        early,
    };
    drive.run()
}

/// Waits until no other process works for the account: a signal ends the program meanwhile.
fn take_account(context: &Context, accounts: &Accounts, no_wait: bool) -> Result<AccountLocks> {
    let mut told = None;
    loop {
        if let Some(locks) = accounts.take_without_waiting(no_wait, None)? {
            return Ok(locks);
        }
        match accounts.try_take(None)? {
            Ok(locks) => return Ok(locks),
            Err(busy) if told.as_ref() == Some(&busy) => {}
            Err(busy) => {
                let why = busy.sentence();
                context.screen().say(&text!("等待中：", "waiting: ").then(&why));
                told = Some(busy);
            }
        }
        std::thread::sleep(POLL);
    }
}

fn at_a_terminal() -> Result<()> {
    if std::io::stdin().is_terminal() && std::io::stderr().is_terminal() {
        return Ok(());
    }
    Err(Error::usage(text!("pick 要在终端里逐项勾选,这里没有终端", "pick asks in a terminal, and there is none here"))
        .next(text!("没有人在场时请用 unpromo run 和一张表", "where nobody is there, use unpromo run with a sheet")))
}

/// The product's id, as it was typed.
fn spu(typed: &str) -> Result<String> {
    let id = crate::model::fold_width(typed.trim()).into_owned();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::usage(text!("{id} 不是 SPU:应当全是数字", "{id} is no SPU: it should be digits alone")));
    }
    Ok(id)
}

/// A row that is pinned to one target.
fn row(operation: &dyn Operation, number: u64, item: &str, target: &Target, reason: &str) -> Row {
    let columns = operation.columns();
    let mut cells = vec![String::new(); columns.len()];
    let mut set = |role, value: &str| {
        if let Some(index) = index_of(columns, role) {
            value.clone_into(&mut cells[index]);
        }
    };
    set(Role::Item, item);
    set(Role::Filter, &target.name);
    set(Role::Reason, reason);
    set(Role::Pin, &target.id);
    Row { number, cells, pinned_name: Some(target.name.clone()), ..Row::default() }
}

/// What the platform lists, with all that it tells.
fn show(context: &Context, operation: &dyn Operation, listed: &[Target]) {
    let facts = operation.facts();
    let fact = |(rank, column): (u8, &FactColumn)| {
        Column::text(Text { zh: column.zh.to_owned(), en: column.en.to_owned() }, 6, rank)
    };
    let columns = [Column::whole(text!("报名ID", "target")), Column::text(text!("活动", "name"), 8, 0)];
    let mut table = Table::new(columns.into_iter().chain((1..).zip(facts).map(fact)).collect());
    for target in listed {
        let told = operation.describe(target, context.lang).into_iter().map(|fact| fact.replace('\n', "; "));
        table.row([target.id.clone(), target.name.clone()].into_iter().chain(told));
    }
    context.screen().table(&table);
}

/// The ticked targets; `None`: nothing was ticked, or the user left.
fn tick<'a>(context: &Context, listed: &'a [Target]) -> Result<Option<Vec<&'a Target>>> {
    // A label that wraps would leave a part of itself behind at each key.
    let room = context.screen().width().saturating_sub(8);
    let label = |target: &Target| truncate(&plain(&format!("{}  {}", target.id, target.name)), room).into_owned();
    let labels: Vec<String> = listed.iter().map(label).collect();
    let how = context.lang.pick("空格勾选,回车确定,Esc 退出", "space ticks, enter goes on, Esc leaves");
    let ticked = MultiSelect::new().with_prompt(how).items(&labels).report(false).interact_on_opt(&Term::stderr());
    let ticked = ticked.map_err(asked)?.unwrap_or_default();
    let chosen: Vec<&Target> = ticked.into_iter().filter_map(|index| listed.get(index)).collect();
    Ok((!chosen.is_empty()).then_some(chosen))
}

fn reason(context: &Context) -> Result<Option<String>> {
    let prompt = context.lang.pick("退出理由", "reason");
    let reason: String =
        Input::new().with_prompt(prompt).allow_empty(true).interact_text_on(&Term::stderr()).map_err(asked)?;
    let reason = reason.trim();
    Ok((!reason.is_empty()).then(|| reason.to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn asked(why: dialoguer::Error) -> Error {
    Error::internal(text!("无法在终端上询问:{why}", "cannot ask on the terminal: {why}"))
}

fn declined(context: &Context) -> u8 {
    context.screen().say(&text!("没有勾选或没有理由;什么也没有提交", "nothing ticked, or no reason; nothing was sent"));
    0
}
