//! A store whose disk is full: not part of `cargo test`, for it takes the right to mount.

use super::load::with;
use super::server::{Server, long, tiny, worth};
use sqlx::Connection as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// A small disk of its own in memory; it goes with the value.
struct Disk(PathBuf);

impl Disk {
    /// `None` where mounting is not allowed.
    fn mount(folder: &Path) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(folder).status();
        mounted.is_ok_and(|status| status.success()).then(|| Self(folder.to_owned()))
    }

    /// Takes all the room there is; the file that holds it.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut filler = std::fs::File::create(&path).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        path
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
#[ignore = "mounts a disk, and fills it"]
fn a_full_disk_refuses_jobs_and_loses_none() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = Disk::mount(folder.path()) else {
        eprintln!("skipped: mounting a disk takes another right");
        return;
    };
    let store = format!("sqlite:{}", disk.0.join("jobs.db").display());
    let options = with(&["--solvers", "1", "--threads", "1", "--limit", "store_free_bytes=65536"]);
    let server = Server::start_on(tempfile::tempdir().unwrap(), &store, &options);
    let running = server.submit(&long(20.0));
    let before = worth(&server.wait_for(&running, "found", |job| job["has_plan"] == true));
    assert_eq!(server.get("/readyz").status, 200);
    let filler = disk.fill();
    let unready = server.get("/readyz");
    assert!(unready.status == 503 && unready.header("retry-after") == "5", "{}", unready.text);
    let (mut accepted, mut refused) = (Vec::new(), 0);
    let until = Instant::now() + Duration::from_secs(6);
    while Instant::now() < until {
        let answer = server.post("/v1/jobs", &tiny());
        match answer.status {
            202 => accepted.push(answer.json()["id"].as_str().unwrap().to_owned()),
            status => {
                assert_eq!(status, 503, "{}", answer.text);
                assert!(answer.header("retry-after").parse::<u32>().unwrap() >= 1);
                refused += 1;
            }
        }
        assert_eq!(server.get("/healthz").status, 200);
    }
    std::fs::remove_file(filler).unwrap();
    let freed = Instant::now();
    let id = loop {
        let answer = server.post("/v1/jobs", &tiny());
        if answer.status == 202 {
            break answer.json()["id"].as_str().unwrap().to_owned();
        }
        assert!(freed.elapsed() < Duration::from_secs(10), "it does not recover: {}", answer.text);
        std::thread::sleep(Duration::from_millis(50));
    };
    let took = freed.elapsed().as_secs_f64();
    assert_eq!(server.get("/readyz").status, 200);
    for id in accepted.iter().chain([&id]) {
        assert_eq!(server.finished(id)["state"], "done");
    }
    let job = server.finished(&running);
    assert!(job["state"] == "done" && worth(&job) <= before, "{job}");
    let integrity = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut file = sqlx::SqliteConnection::connect(&store).await.unwrap();
        sqlx::query_scalar::<_, String>("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap()
    });
    assert_eq!(integrity, "ok");
    eprintln!(
        "a full disk: {} accepted, {refused} refused with 503; taken again {took:.2} s after there was room, \
         in attempt {} of the job that ran; integrity ok",
        accepted.len(),
        job["attempts"]
    );
    assert!(refused > 0, "the disk was not full");
}
