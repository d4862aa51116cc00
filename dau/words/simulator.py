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
}
