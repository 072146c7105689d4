//! What `reqwest` reaches with nothing around it: the requests of a run, as many at once, and no sheet, no journal, no
//! look at the answers, no result. It bounds what a whole run can reach; `benches/run.py` runs it beside `wrk`.

use std::cell::Cell;
use std::error::Error;
use std::fs;
use std::time::Instant;

use futures_util::future::try_join_all;
use reqwest::{Client, Request, Url, redirect};

/// As unpromo's own, so that what is compared is the work and not the allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So many requests are under way at once.
const AT_ONCE: usize = 64;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [Some(url), Some(mix), Some(count)] =
        ["URL", "MIX", "COUNT"].map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    else {
        println!("wire: skipped; benches/run.py says where to send what (URL, MIX, COUNT)");
        return Ok(());
    };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build()?;
    let mix = fs::read_to_string(mix)?;
    let requests = requests(&client, &url, &mix, count.parse()?)?;
    let next = Cell::new(0);
    let take = || requests.get(next.replace(next.get() + 1));
    let worker = async || -> reqwest::Result<()> {
        while let Some(request) = take() {
            let Some(request) = request.try_clone() else { continue };
            client.execute(request).await?.error_for_status()?.bytes().await?;
        }
        Ok(())
    };
    let start = Instant::now();
    try_join_all((0..AT_ONCE).map(|_| worker())).await?;
    #[expect(clippy::cast_precision_loss, reason = "some ten thousand")]
    let per_second = requests.len() as f64 / start.elapsed().as_secs_f64();
    println!("{per_second:.0} requests/s");
    Ok(())
}

/// The first requests of a mix: two lines each, path and body, as `benches/peers/mix.lua` reads them.
fn requests(client: &Client, url: &str, mix: &str, count: usize) -> Result<Vec<Request>, Box<dyn Error>> {
    let mut lines = mix.lines();
    let mut requests = Vec::with_capacity(count);
    while let (true, Some(path), Some(body)) = (requests.len() < count, lines.next(), lines.next()) {
        let request = client
            .post(Url::parse(url)?.join(path)?)
            .header("mallid", "634418224869329")
            .header("cookie", "SUB_PASS_ID=made-up")
            .header("anti-content", "x")
            .header("user-agent", "Mozilla/5.0")
            .header("content-type", "application/json")
            .body(body.to_owned());
        requests.push(request.build()?);
    }
    Ok(requests)
}
