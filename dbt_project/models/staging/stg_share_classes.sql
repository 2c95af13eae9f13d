{{ known('share_classes') }}
