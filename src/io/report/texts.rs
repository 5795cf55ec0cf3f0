//! The language of a report: every text of it in English, which is its key, and in Chinese. What the user wrote, and the
//! messages that a plan carries, stay as they are.

use super::numbers;

/// Languages that reports are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified.
    Chinese,
}

/// English and Chinese. `{0}`, `{1}` … stand for what is filled in.
const TEXTS: &[(&str, &str)] = &[
    // Sentences.
    (", ", "、"),
    (". ", "。"),
    ("{0} site", "{0} 个站点"),
    ("{0} demand", "{0} 个需求点"),
    ("{0} order", "{0} 个订单"),
    ("{0} vehicle", "{0} 辆车"),
    ("{0} stop", "{0} 个停靠点"),
    ("{0} trip", "{0} 趟"),
    ("{0} row", "{0} 行"),
    (": {0}", "（{0}）"),
    (": {0} and {1} more", "（{0}，另有 {1} 个）"),
    ("Open none of {0}", "{0}中一个也不开放"),
    ("Open {0} of {1}{2}", "在{1}中开放 {0} 个{2}"),
    ("Keep {0} of {1}{2}", "在{1}中保留 {0} 个{2}"),
    ("Have {0} of {1} open – {2}; {3}", "在{1}中使用 {0} 个：{2}；{3}"),
    ("keep {0}{1}", "保留 {0} 个{1}"),
    ("open {0}{1}", "新开 {0} 个{1}"),
    ("{0}; close {1}{2}", "{0}；关闭 {1} 个{2}"),
    ("Serve {0} with {1}", "用{1}服务{0}"),
    ("Serve {0} with {1} over {2}", "用{1}服务{0}，总里程 {2}"),
    ("{0} is left out", "{0}未服务"),
    ("{0} are left out", "{0}未服务"),
    ("Not everything mandatory could be served", "必须服务的未能全部服务"),
    ("The search stopped at its time limit", "求解到达时间上限"),
    ("The search was stopped early", "求解被提前停止"),
    ("Total cost {0}{1}", "总成本 {0}{1}"),
    (", proven the best possible", "，已证明为最优"),
    (", proven within {0} of the best possible", "，已证明与最优相差不超过 {0}"),
    ("{0} of the demand is within {1}", "{0} 的需求在 {1} 以内"),
    ("{0} cover everything within {1}{2}", "{0}覆盖 {1} 以内的全部需求{2}"),
    (", proven the fewest possible", "，已证明数目最少"),
    (", at least {0} are needed", "，至少需要 {0} 个"),
    ("{0}{1}; {2} is not", "{0}{1}；{2} 未覆盖"),
    (", proven the most possible", "，已证明为最多"),
    (", no more than {0} can be", "，最多可达 {0}"),
    ("Every demand is within {0}{1}", "所有需求都在 {0} 以内{1}"),
    (", proven the least possible", "，已证明为最短"),
    (", nothing below {0} is possible", "，不可能低于 {0}"),
    // What a plan is worth.
    ("proven best", "已证明最优"),
    ("valid", "有效"),
    ("not everything could be served", "未能全部服务"),
    ("valid, stopped at the time limit", "有效，到达时间上限"),
    ("valid, stopped early", "有效，提前停止"),
    ("Sites and flows", "站点与流量"),
    ("Sites and routes", "站点与路线"),
    ("Network plan", "网络方案"),
    ("Site plan", "选址方案"),
    ("Route plan", "路线方案"),
    // Key figures.
    ("Total cost", "总成本"),
    ("Sites needed", "所需站点"),
    ("Demand not covered", "未覆盖需求"),
    ("Farthest demand", "最远需求"),
    ("Change of cost", "成本变化"),
    ("Change", "变化"),
    ("{0} to the base plan", "与基准方案相比 {0}"),
    ("Gap to the best", "与最优的差距"),
    ("bound {0}", "下界 {0}"),
    ("Open sites", "开放站点"),
    ("of {0}", "共 {0}"),
    ("Mean distance", "平均距离"),
    ("weighted by demand", "按需求加权"),
    ("Covered", "覆盖"),
    ("of the demand, within {0}", "的需求，{0} 以内"),
    ("Farthest distance", "最远距离"),
    ("Longest travel time", "最长行驶时间"),
    ("Throughput", "吞吐量"),
    ("Demands served", "已服务需求"),
    ("Vehicles", "车辆"),
    ("Distance", "距离"),
    ("Time on the road", "在途时间"),
    ("{0} of it waiting", "其中等待 {0}"),
    ("Orders served", "已服务订单"),
    ("Left out", "未服务"),
    // Sections and their notes.
    ("Map", "地图"),
    ("The {0} largest of {1} flows are drawn.", "只画出 {1} 条流量中最大的 {0} 条。"),
    ("The first {0} of {1} routes are drawn.", "只画出 {1} 条路线中的前 {0} 条。"),
    ("The first {0} of {1} routes.", "{1} 条路线中的前 {0} 条。"),
    ("{0} more in the plan file.", "方案文件中还有{0}。"),
    ("What it costs", "成本构成"),
    ("The terms add up to {0}.", "各项合计 {0}。"),
    ("Purchase", "采购"),
    ("Inbound", "进货运输"),
    ("Opening", "开办"),
    ("Operating", "运营"),
    ("Closing", "关闭"),
    ("Supplying", "启用供应点"),
    ("Handling", "装卸"),
    ("Outbound", "配送运输"),
    ("Direct", "直达运输"),
    ("Outsourcing", "外包"),
    ("Time", "时间"),
    ("Orders left out", "未服务订单"),
    ("sites", "站点"),
    ("uncovered", "未覆盖"),
    ("farthest", "最远"),
    ("Sites", "站点"),
    ("Flows", "流量"),
    ("Routes", "路线"),
    ("Stops", "停靠点"),
    ("Violations", "违反"),
    ("{0} left out", "{0} 个未服务"),
    ("When each vehicle does what", "车辆时间表"),
    ("Load along each route", "沿途载货"),
    (
        "What the opposite decision about a site would cost against this plan: at least, as proven, and in the best plan found with it.",
        "与本方案相比，对某站点作相反决定的代价：已证明的最少代价，以及由此找到的最好方案的代价。",
    ),
    ("The best alternatives", "最好的备选方案"),
    ("No plan with other sites can cost less than {0}.", "采用其他站点的方案都不会低于 {0}。"),
    ("{0} by number of sites", "{0}随站点数的变化"),
    (
        "The best total found with each number of open sites, and what no plan with so many can go below.",
        "每个开放站点数下找到的最好总值，以及该站点数下任何方案都不能低于的下界。",
    ),
    // Footer.
    ("Convention", "约定"),
    ("Checked", "校验"),
    ("every time, load and cost recomputed independently", "所有时间、载货和成本都经独立重新计算"),
    ("Seed", "随机种子"),
    ("Solver", "求解器"),
    ("Input", "输入"),
    // Tables.
    ("Site", "站点"),
    ("Decision", "决定"),
    ("Capacity", "容量"),
    ("Utilization", "利用率"),
    ("Otherwise, at least", "相反决定，至少"),
    ("Otherwise, found", "相反决定，已找到"),
    ("open", "开放"),
    ("keep", "保留"),
    ("close", "关闭"),
    ("not opened", "未开放"),
    ("Stage", "环节"),
    ("From", "起点"),
    ("To", "终点"),
    ("Product", "产品"),
    ("Quantity", "数量"),
    ("Cost", "成本"),
    ("inbound", "进货"),
    ("outbound", "配送"),
    ("direct", "直达"),
    ("outsourced", "外包"),
    ("outside", "外部"),
    ("Vehicle", "车辆"),
    ("Trips", "趟数"),
    ("Duration", "时长"),
    ("Waiting", "等待"),
    ("Largest load", "最大载货"),
    ("Order", "订单"),
    ("Place", "地点"),
    ("Arrive", "到达"),
    ("Setup", "准备"),
    ("Cost share", "分摊成本"),
    ("Carrier", "承运商"),
    ("With carriers", "交给承运商"),
    ("At the docks", "月台作业"),
    ("Limited stocks", "有限库存"),
    ("Goods", "货物"),
    ("Loaded", "装运"),
    ("In stock", "库存"),
    ("Taken", "已用"),
    ("priority {0}", "优先级 {0}"),
    ("Longest time of a route", "路线最长用时"),
    ("Longest distance of a route", "路线最长里程"),
    ("Most stops of a route", "路线最多停靠"),
    ("least {0}", "最少 {0}"),
    ("least {0}; up to {1} free", "最少 {0}；{1} 以内不计费"),
    ("Door", "月台门"),
    ("Carriers take {0}", "承运商承运{0}"),
    ("break", "休息"),
    ("rest", "驾驶间休"),
    ("Break", "休息"),
    ("{0} late", "迟到 {0}"),
    ("Overtime", "加班"),
    ("Balance", "均衡"),
    ("Changes", "改派"),
    ("together with {0}", "与 {0} 同车"),
    ("in the sequence {0}", "按顺序 {0}"),
    ("apart from {0}", "不与 {0} 同车"),
    ("planned on {0}", "原定 {0}"),
    ("in compartment {0}", "舱室 {0}"),
    ("zone {0}", "区域 {0}"),
    ("Lateness", "迟到"),
    ("Wait", "等待"),
    ("Start", "开始"),
    ("Leave", "离开"),
    ("Window", "时间窗"),
    ("Load after", "离开时载货"),
    ("Slack", "余量"),
    ("free", "不限"),
    ("departure", "出发"),
    ("return", "返回"),
    ("reload, trip {0} begins", "装货，第 {0} 趟开始"),
    ("pickup", "取货"),
    ("delivery", "送货"),
    ("backhaul", "回程"),
    ("other place", "备选地点"),
    ("from {0} on", "{0} 起可发"),
    ("promised {0}", "承诺 {0}"),
    ("locked", "锁定"),
    ("Why", "原因"),
    ("Price of serving it", "服务它的代价"),
    ("What would have to change", "需要的改变"),
    ("Code", "代码"),
    ("Where", "位置"),
    ("What", "内容"),
    ("impossible", "不可能"),
    ("squeezed out", "被挤出"),
    ("not worth it", "不合算"),
    ("or", "或"),
    ("{0} and {1}", "{0}，并且{1}"),
    ("for {0} more", "代价 {0}"),
    ("{0} more of vehicle {1}", "增加 {0} 辆 {1}"),
    ("{0} more capacity of vehicle {1}", "{1} 的容量增加 {0}"),
    ("{0} more for vehicle {1}", "{1} 多 {0}"),
    ("other breaks, rests or driving hours of vehicle {1}", "改变车辆 {1} 的休息或驾驶时间"),
    ("a shift of vehicle {1} that ends {0} later", "{1} 的班次晚 {0} 结束"),
    ("a window of {1} that ends {0} later", "{1} 的时间窗晚 {0} 结束"),
    ("a prize of {1} that is {0} higher", "{1} 的奖励提高 {0}"),
    ("Total", "合计"),
    ("Opens", "新开"),
    ("Does without", "不再使用"),
    ("no plan", "无方案"),
    ("none found", "未找到"),
    (
        "No plan with any of these numbers of open sites was found within the time.",
        "在限定时间内，以上各站点数均未找到方案。",
    ),
    ("Lower bound", "下界"),
    ("Best found", "已找到最好"),
    ("this plan", "本方案"),
    // Charts.
    ("Drive", "行驶"),
    ("Service", "服务"),
    ("Reload", "装货"),
    ("drive {0}", "行驶 {0}"),
    ("wait {0}", "等待 {0}"),
    ("reload {0}", "装货 {0}"),
    ("trip {0}", "第 {0} 趟"),
    ("{0} to {1}, service {2}", "{0} 至 {1}，服务 {2}"),
    ("start", "出发"),
    ("end", "返回"),
    ("reload", "装货"),
    ("{0}, after {1}", "{0}，已行 {1}"),
    ("aboard {0}", "车上 {0}"),
    ("Flow to demands", "配送流量"),
    ("Flow from supplies", "进货流量"),
    ("Flow past all sites", "直达流量"),
    ("Base plan", "基准方案"),
    ("Demand", "需求"),
    ("Supply", "供应"),
    ("supply", "供应点"),
    ("needs {0}", "需要 {0}"),
    ("at most {0}", "最多 {0}"),
    ("Candidate, not opened", "候选，未开放"),
    ("Site to close", "将关闭"),
    ("Open site", "开放站点"),
    ("opened", "新开"),
    ("to be closed", "将关闭"),
    ("kept", "保留"),
    ("throughput {0}", "吞吐量 {0}"),
    ("{0} of capacity", "利用率 {0}"),
    ("arrive {0}", "{0} 到达"),
    ("start or end", "起点或终点"),
    ("Start or end", "起点或终点"),
    ("Reload here", "装货点"),
    ("left out: {0}", "未服务：{0}"),
    ("{0} sites: {1}", "{0} 个站点：{1}"),
    // Plans side by side.
    ("total", "合计"),
    ("lower bound", "下界"),
    ("gap %", "差距 %"),
    ("sites open", "开放站点"),
    ("mean distance km", "平均距离 km"),
    ("covered %", "覆盖 %"),
    ("farthest km", "最远 km"),
    ("vehicles", "车辆"),
    ("distance km", "距离 km"),
    ("hours", "小时"),
    ("hours waiting", "等待小时"),
    ("unserved", "未服务"),
    // Codes of reasons.
    ("no_vehicle_allowed", "没有允许的车辆"),
    ("vehicle_not_allowed", "不允许此车辆"),
    ("not_worth_prize", "代价高于奖励"),
    ("no_site_left", "开放站点的容量或其车队的容量、时间已用尽"),
    ("no_vehicle_left", "车队的容量或时间已用尽"),
    ("capacity_exceeded", "超出容量"),
    ("window_unreachable", "赶不上时间窗"),
    ("max_stops_exceeded", "超出停靠点上限"),
    ("shift_exceeded", "超出班次"),
    ("max_distance_exceeded", "超出里程上限"),
    ("max_duration_exceeded", "超出时长上限"),
    ("no_capacity_left", "可及站点已无容量"),
    ("no_site_in_reach", "没有可及的开放站点"),
];

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh",
        }
    }

    /// A text, by its English form. One that is not known stays as it is: it is the user's.
    pub(super) fn text(self, english: &str) -> &str {
        match self {
            Self::English => english,
            Self::Chinese => TEXTS.iter().find(|(known, _)| *known == english).map_or(english, |(_, chinese)| chinese),
        }
    }

    /// A text with something in the places of `{0}`, `{1}` and so on.
    pub(super) fn fill(self, english: &'static str, parts: &[&str]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(english);
        while let Some((before, after)) = rest.split_once('{') {
            let (place, behind) = after.split_once('}').unwrap_or((after, ""));
            let part = place.parse::<usize>().ok().and_then(|place| parts.get(place));
            filled.push_str(before);
            filled.push_str(part.copied().unwrap_or_default());
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    /// How many of something, such as `1 site` or `2 sites`.
    pub(super) fn count(self, n: usize, what: &'static str) -> String {
        let one = numbers::count(n, what);
        match self {
            Self::English => one,
            Self::Chinese => {
                let number = one.split_once(' ').map_or(one.as_str(), |(number, _)| number);
                self.text(&format!("{{0}} {what}")).replacen("{0}", number, 1)
            }
        }
    }

    /// Sentences, each with its full stop.
    pub(super) fn sentences(self, sentences: &[String]) -> String {
        let stop = self.text(". ");
        sentences.iter().map(|sentence| format!("{sentence}{stop}")).collect::<String>().trim_end().to_owned()
    }
}

impl std::str::FromStr for Language {
    type Err = String;

    fn from_str(tag: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|language| language.tag() == tag);
        found.ok_or_else(|| format!("`{tag}` is no language of reports, choose from: en, zh"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_stands_once_and_keeps_its_places() {
        for (row, (english, chinese)) in TEXTS.iter().enumerate() {
            assert!(TEXTS[..row].iter().all(|(other, _)| other != english), "{english} stands twice");
            for place in ["{0}", "{1}", "{2}", "{3}"] {
                assert_eq!(english.contains(place), chinese.contains(place), "{english}: {place}");
            }
        }
    }

    #[test]
    fn texts_by_hand() {
        let order = Language::Chinese.fill("Open {0} of {1}{2}", &["2", "3 个站点", ""]);
        assert_eq!(order, "在3 个站点中开放 2 个");
        assert_eq!(Language::English.fill("Open {0} of {1}{2}", &["2", "{0}", "!"]), "Open 2 of {0}!");
        assert_eq!(Language::Chinese.count(12_345, "site"), "12\u{202f}345 个站点");
        assert_eq!("zh".parse(), Ok(Language::Chinese));
        assert!("fr".parse::<Language>().is_err());
    }
}
