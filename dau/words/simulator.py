"""Sentences of the simulator and its demonstration."""

WORDS = {
    "sim.fault.shape": (
        "故障“{spec}”写法不对：应为 仪器:种类[=参数]@开始+持续（秒），例如 cod:late=3@30+10",
        'fault "{spec}" is not INSTRUMENT:KIND[=ARGUMENT]@START+LENGTH in seconds, for example cod:late=3@30+10',
    ),
    "sim.fault.kind": (
        "故障“{spec}”：没有“{kind}”这一种类，可用：{known}",
        'fault "{spec}": there is no kind "{kind}", the kinds are {known}',
    ),
    "sim.fault.argument": (
        "故障“{spec}”：种类 {kind} 的参数“{argument}”不对，应为 {expected}",
        'fault "{spec}": argument "{argument}" of {kind} is not {expected}',
    ),
    "sim.fault.target": (
        "故障“{spec}”：场景 {scene} 没有“{target}”，可用：{known}",
        'fault "{spec}": scene {scene} has no "{target}", it has {known}',
    ),
    "sim.fault.unfit": (
        "故障“{spec}”：{target} 不会出现这种故障（{reason}）",
        'fault "{spec}": {target} cannot have it ({reason})',
    ),
    "sim.scene.unknown": ("没有场景“{scene}”，可用：{known}", 'there is no scene "{scene}", the scenes are {known}'),
    "sim.scene.broken": ("场景文件 {file}：{problem}", "scene file {file}: {problem}"),
    "sim.plug.link": ("串口链接 {link} 无法建立：{problem}", "the serial port link {link} cannot be made: {problem}"),
    "sim.plug.listen": (
        "无法在 {address} 上监听：{problem}",
        "cannot listen on {address}: {problem}",
    ),
    "sim.plays": ("{line} 已就绪：{where}", "{line} is ready: {where}"),
    "sim.platform.listens": ("平台在 {address} 等待数采仪", "the platform waits for units at {address}"),
    "sim.platform.rubbish": ("收到不成包的字节", "bytes that are no packet"),
    "sim.demo.no_config": ("缺少示例配置 {file}", "the example station {file} is missing"),
    "sim.demo.used_folder": (
        "目录 {folder} 里已有一次演示，请换一个",
        "the folder {folder} already holds a demonstration: choose another one",
    ),
    "sim.demo.minute": (
        "{file}：平台 {platform} 须设 minute_min = 1，演示按每分钟核对",
        "{file}: platform {platform} needs minute_min = 1, the demonstration compares every minute",
    ),
    "sim.demo.busy": ("地址 {address} 不可用：{problem}", "the address {address} cannot be used: {problem}"),
    "sim.demo.child": (
        "{name} 未能运行（退出码 {code}），最后的日志：",
        "{name} did not run (exit status {code}), its last log lines:",
    ),
    "sim.demo.title": (
        "模拟现场运行 {seconds} 秒，Ctrl-C 结束",
        "simulated site at work for {seconds} s, Ctrl-C ends it",
    ),
    "sim.demo.extended": (
        "时间已到；继续运行，直到有一个完整分钟关闭并得到回执",
        "the time is over; going on until a whole minute was closed and acknowledged",
    ),
    "sim.demo.settling": (
        "等待在途的回执，然后停止；再按 Ctrl-C 立即停止",
        "waiting for the receipts under way, then stopping; Ctrl-C again stops at once",
    ),
    "sim.demo.where": ("本次演示的文件在 {folder}", "the files of this demonstration are in {folder}"),
    "sim.demo.truth": ("{station}：仪器共给出 {values} 个数值", "{station}: the instruments gave {values} values"),
    "sim.demo.no_truth": ("{station}：仪器从未被询问", "{station}: the instruments were never asked"),
    "sim.demo.delivered": (
        "{station} → {platform}：已关闭记录 {closed} 条，已回执 {acknowledged} 条；实时数据 {live}/{live_all}",
        "{station} -> {platform}: {closed} closed records, {acknowledged} acknowledged; live values {live}/{live_all}",
    ),
    "sim.demo.equal": (
        "{station} → {platform}：{labels} 个时段、{values} 个数据与现场真值完全一致",
        "{station} -> {platform}: {labels} periods, {values} data, all equal to what the plant was",
    ),
    "sim.demo.unequal": (
        "{station} → {platform}：{labels} 个时段、{values} 个数据，{wrong} 处与现场真值不一致",
        "{station} -> {platform}: {labels} periods, {values} data, {wrong} disagreements with what the plant was",
    ),
    "sim.demo.nothing": (
        "{station} → {platform}：尚无可核对的数据，请运行一个完整分钟以上",
        "{station} -> {platform}: nothing to compare yet, let it run for more than a whole minute",
    ),
    "sim.demo.good": ("演示成功", "the demonstration succeeded"),
    "sim.demo.bad": ("演示失败", "the demonstration failed"),
}
