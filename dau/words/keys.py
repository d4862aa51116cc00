"""What other platforms and the log of the unit hear of keys, and of the identity that a platform assigned."""

from typing import Final

WORDS: Final = {
    "keys.old": (
        "平台 {platform} 的 SM4 密钥已使用 {age_days} 天，应每 {renew_days} 天更换",
        "the SM4 key of platform {platform} is {age_days} days old, it is to be renewed every {renew_days} days",
    ),
    "keys.changed": (
        "平台 {platform} 更换了 SM4 密钥",
        "platform {platform} renewed the SM4 key",
    ),
}
