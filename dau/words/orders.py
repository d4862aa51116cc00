"""What other platforms and the log of the unit hear of instruments that a platform gave an order to."""

from typing import Final

WORDS: Final = {
    "orders.zero": (
        "平台 {platform} 启动 {factor} 零点校准",
        "platform {platform} started zero calibration of {factor}",
    ),
    "orders.span": (
        "平台 {platform} 启动 {factor} 量程校准",
        "platform {platform} started span calibration of {factor}",
    ),
    "orders.sample": ("平台 {platform} 启动 {factor} 即时采样", "platform {platform} had {factor} sampled at once"),
    "orders.clean": ("平台 {platform} 启动 {factor} 清洗/反吹", "platform {platform} started cleaning of {factor}"),
    "orders.compare": (
        "平台 {platform} 启动 {factor} 比对采样",
        "platform {platform} started comparison sampling of {factor}",
    ),
    "orders.keep_exceeding": ("平台 {platform} 启动超标留样", "platform {platform} had an over-limit sample kept"),
    "orders.keep_sample": (
        "平台 {platform} 启动 {factor} 即时留样",
        "platform {platform} had a sample kept for {factor}",
    ),
    "orders.check": (
        "平台 {platform} 启动 {factor} 标样核查",
        "platform {platform} started standard check of {factor}",
    ),
    "orders.set_clock": (
        "平台 {platform} 将 {factor} 仪器时钟由 {before} 改为 {after}",
        "platform {platform} set the clock of the instrument of {factor} from {before} to {after}",
    ),
    "orders.set_cycle": (
        "平台 {platform} 将 {factor} 采样周期由 {before} 改为 {after}",
        "platform {platform} changed sampling cycle of {factor} from {before} to {after}",
    ),
    "orders.write_info": (
        "平台 {platform} 将 {factor} 参数 {info} 由 {before} 改为 {after}",
        "platform {platform} changed parameter {info} of {factor} from {before} to {after}",
    ),
}
