"""What other platforms and the log of the unit hear of what a platform changed by command."""

from typing import Final

WORDS: Final = {
    "uplink.realtime_s": (
        "平台 {platform} 将实时数据间隔由 {before} 秒改为 {after} 秒",
        "platform {platform} changed the interval of live values from {before} s to {after} s",
    ),
    "uplink.minute_min": (
        "平台 {platform} 将分钟数据间隔由 {before} 分钟改为 {after} 分钟",
        "platform {platform} changed the interval of minute data from {before} min to {after} min",
    ),
    "uplink.timeout_s": (
        "平台 {platform} 将超时时间由 {before} 秒改为 {after} 秒",
        "platform {platform} changed the time-out from {before} s to {after} s",
    ),
    "uplink.resends": (
        "平台 {platform} 将重发次数由 {before} 改为 {after}",
        "platform {platform} changed the number of resends from {before} to {after}",
    ),
    "uplink.realtime_on": (
        "平台 {platform} 将实时数据上传开关由 {before} 改为 {after}",
        "platform {platform} switched live values from {before} to {after}",
    ),
    "uplink.facilities_on": (
        "平台 {platform} 将设备运行状态上传开关由 {before} 改为 {after}",
        "platform {platform} switched running states from {before} to {after}",
    ),
    "uplink.pw": (
        "平台 {platform} 修改了访问密码",
        "platform {platform} changed its password",
    ),
    "uplink.mn": (
        "平台 {platform} 将 MN 由 {before} 改为 {after}",
        "platform {platform} changed the MN from {before} to {after}",
    ),
    "uplink.clock": (
        "平台 {platform} 将数采仪时间由 {before} 校准为 {after}",
        "platform {platform} set the clock of the unit from {before} to {after}",
    ),
}
